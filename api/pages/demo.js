// The sample company's page: names the company as the server knows it, and opens the widget.

const chat = () => document.querySelector("baowen-chat");

for (const button of document.querySelectorAll("[data-ask]")) {
  button.addEventListener("click", () => chat()?.ask(button.dataset.ask));
}

const company = await fetch("/v1/company")
  .then((response) => (response.ok ? response.json() : {}))
  .catch(() => ({})); // the page's own texts stay
for (const element of document.querySelectorAll("[data-company]")) {
  element.textContent = company[element.dataset.company] || element.textContent;
}
if (company.short_name) document.title = company.short_name;
