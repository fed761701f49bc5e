"use strict";
const buttons = [...document.querySelectorAll("[data-lang]")];
const show = (lang) => {
  document.documentElement.lang = lang;
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.lang === lang));
};
for (const button of buttons) button.addEventListener("click", () => show(button.dataset.lang));
show(document.documentElement.lang);
