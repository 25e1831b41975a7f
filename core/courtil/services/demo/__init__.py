"""The demonstration: an invented AMAP of 80 households and 6 farms, made through the services as people would."""

from courtil.services.demo.building import begin, build, complete

__all__ = ["begin", "build", "complete"]
