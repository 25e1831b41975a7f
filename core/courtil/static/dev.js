// While one develops: the page is fetched again once the server has new code.
let known = "";
setInterval(async () => {
  const answer = await fetch("/-/healthy", { cache: "no-store" }).catch(() => null);
  const now = answer && answer.ok ? await answer.text() : known;
  if (known && now !== known) location.reload();
  known = now;
}, 300);
