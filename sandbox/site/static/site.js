// What the buttons of an article do: text size, print, copy the link.
for (const button of document.querySelectorAll("[data-size]")) {
  button.addEventListener("click", () => {
    const body = document.querySelector(".post_body");
    const size = parseFloat(getComputedStyle(body).fontSize) + 2 * Number(button.dataset.size);
    body.style.fontSize = `${Math.min(28, Math.max(14, size))}px`;
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  });
}
document.querySelector(".sections [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
