// Runs once, when the list of articles is on the page; `element` and `trigger` come from Gradio.
// The filters above it are a part of their own, so that typing in them is not disturbed when the list changes.
const tools = () => document.querySelector("#tools form");
let waiting = 0;
const query = (page) => {
  const form = tools();
  const value = (name) => form.elements[name].value;
  trigger("query", { wanted: {
    words: value("words"), order: value("order"), source: value("source"), since: value("since"), until: value("until"),
    page,
  } });
};
document.addEventListener("input", (event) => {
  if (!tools()?.contains(event.target)) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => query(0), 250);
});
document.addEventListener("submit", (event) => {
  if (event.target !== tools()) return;
  event.preventDefault();
  query(0);
});
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const { action, article, page } = button.dataset;
  if (page !== undefined) query(Number(page));
  else if (action === "open") trigger("open", { article });
  else if (action === "remove" || action === "restore") trigger("manage", { action, article });
});
