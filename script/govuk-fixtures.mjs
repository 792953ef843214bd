// Prints the examples of govuk-frontend that our forms are compared with, as JSON: {component: {name: html}}.
import { readFileSync } from "node:fs";

const wanted = {
  input: ["default", "with hint text", "with error and hint"],
  textarea: ["default", "with hint and error message"],
  select: ["default", "with hint text and error message"],
  radios: ["with hints on parent and items", "with fieldset and error message", "small inline"],
  checkboxes: ["with hints on items", "with error message and hint"],
  "file-upload": ["default", "with error message and hint"],
  "date-input": ["default", "with error message and hint"],
  "error-summary": ["default"],
  button: ["default"],
};

const found = {};
for (const [component, names] of Object.entries(wanted)) {
  const file = new URL(`../node_modules/govuk-frontend/dist/govuk/components/${component}/fixtures.json`, import.meta.url);
  const { fixtures } = JSON.parse(readFileSync(file, "utf8"));
  found[component] = Object.fromEntries(names.map((name) => [name, fixtures.find((fixture) => fixture.name === name).html]));
}
console.log(JSON.stringify(found, null, 1));
