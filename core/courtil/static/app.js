// Courtil: small comforts over pages that work without script. No other file may rely on it.

const each = (root, selector, act) => root.querySelectorAll(selector).forEach(act);

// A form is sent once: its button waits until the answer is there.
function release(form) {
  delete form.dataset.sending;
  each(form, "[aria-busy]", (button) => {
    button.removeAttribute("aria-busy");
    button.disabled = false;
  });
}

function hold(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  const button = event.submitter ?? form.querySelector("[type=submit], button:not([type])");
  // After the browser has read the form: a disabled button would not send its own name and value.
  setTimeout(() => {
    button?.setAttribute("aria-busy", "true");
    if (button) button.disabled = true;
  });
  // An answer that is a file leaves the page in place.
  setTimeout(() => release(form), 8000);
}

// Less and more, beside a number.
function step(input, direction) {
  if (direction > 0) input.stepUp();
  else input.stepDown();
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function stepButton(input, sign, label, direction) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = sign;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", () => step(input, direction));
  return button;
}

function addSteps(box) {
  const input = box.querySelector("input");
  if (!input || box.classList.contains("stepped")) return;
  box.classList.add("stepped");
  input.before(stepButton(input, "−", box.dataset.less, -1));
  input.after(stepButton(input, "+", box.dataset.more, 1));
}

// A table to the clipboard, as a spreadsheet reads it.
function copyTable(button) {
  const rows = [...document.getElementById(button.dataset.copy).rows];
  const line = (row) => [...row.cells].map((cell) => cell.innerText.trim().replace(/\s+/g, " ")).join("\t");
  navigator.clipboard.writeText(rows.map(line).join("\n")).then(() => tell(button.dataset.done));
}

// A message in the page's own place for results.
function tell(text) {
  const place = document.getElementById("flash");
  if (!place || !text) return;
  const line = document.createElement("span");
  line.className = "text";
  line.textContent = text;
  place.className = "flash info";
  place.replaceChildren(line);
}

function tellFailure() {
  const words = document.getElementById("send-failed");
  if (!words) return;
  tell(words.content.textContent.trim());
  document.getElementById("flash").className = "flash error";
}

// A region that is full when the page opens is not announced; a change of its text is.
function announce() {
  const text = document.querySelector("#flash > .text");
  if (text) setTimeout(() => text.append("\u00a0"), 100);
}

function enhance(root) {
  each(root, "[data-quantity]", addSteps);
  each(root, "[data-copy], [data-print]", (button) => {
    button.hidden = false;
  });
  const errors = root.querySelector(".error-summary");
  errors?.focus({ preventScroll: errors.getBoundingClientRect().top < window.innerHeight / 2 });
}

function closeMenus(except) {
  each(document, "details.menu[open]", (menu) => {
    if (!except || !menu.contains(except)) menu.open = false;
  });
}

// What one opens comes into sight, not under the bar at the bottom.
function reveal(details) {
  if (details.open) details.scrollIntoView({ block: "nearest" });
}

document.addEventListener("submit", hold);
document.addEventListener("click", (event) => {
  closeMenus(event.target);
  const button = event.target.closest("[data-copy], [data-print]");
  if (button?.dataset.copy) copyTable(button);
  else if (button) window.print();
  const opened = event.target.closest("main summary")?.parentElement;
  if (opened) setTimeout(() => reveal(opened));
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details[open]");
  closeMenus();
  menu?.querySelector("summary").focus();
});
window.addEventListener("pageshow", () => each(document, "form[data-sending]", release));
document.addEventListener("htmx:afterSwap", (event) => enhance(event.target));
document.addEventListener("htmx:oobAfterSwap", announce);
document.addEventListener("htmx:responseError", tellFailure);
document.addEventListener("htmx:sendError", tellFailure);

announce();
enhance(document);
each(document, ".tabs [aria-current]", (tab) => {
  tab.closest(".tabs").scrollLeft = tab.offsetLeft - 48;
});
