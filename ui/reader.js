// Runs once, when the reader is on the page; `element`, `props` and `watch` come from Gradio.
// Shows the cited words of an article that has just been opened, and leads back from it.
watch("value", () => {
  const article = element.querySelector(".reader");
  if (!article) return;
  const target = element.querySelector("mark.clicked") ?? element.querySelector("mark") ?? element.querySelector("h2");
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
});

const close = () => {
  const article = element.querySelector(".reader");
  if (!article) return;
  const { turn, article: id, number } = article.dataset;
  const opener = [...document.querySelectorAll(`#conversation button[data-turn="${turn}"]`)].find(
    (button) => button.dataset.article === id && (button.dataset.number ?? "") === number,
  );
  props.value = props.nothing_open;
  opener?.scrollIntoView({ block: "nearest" });
  opener?.focus({ preventScroll: true });
};
element.addEventListener("click", (event) => event.target.closest("[data-close]") && close());
document.addEventListener("keydown", (event) => event.key === "Escape" && close());
