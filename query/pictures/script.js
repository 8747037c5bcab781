"use strict";
// Sorts a table when the heading of a column is pressed.
function sortable(table) {
  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const first = head.classList.contains("number") ? "descending" : "ascending";
      const second = first === "ascending" ? "descending" : "ascending";
      const order = head.getAttribute("aria-sort") === first ? second : first;
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const compare = head.classList.contains("number")
        ? (a, b) => Number(key(a)) - Number(key(b))
        : (a, b) => key(a).localeCompare(key(b));
      const rows = Array.from(table.tBodies[0].rows);
      rows.sort((a, b) => sign * compare(a, b)).forEach((row) => table.tBodies[0].append(row));
    });
  });
}
// Shows only what a node of the graph is connected with; a second press shows everything again.
function choosable(graph) {
  let chosen = null;
  const nodes = Array.from(graph.querySelectorAll(".node"));
  const edges = Array.from(graph.querySelectorAll(".edge"));
  const show = (id) => {
    chosen = id;
    const near = new Set([id]);
    graph.classList.toggle("chosen", id !== null);
    edges.forEach((edge) => {
      const isNear = [edge.dataset.from, edge.dataset.to].includes(id);
      edge.classList.toggle("near", isNear);
      if (isNear) near.add(edge.dataset.from).add(edge.dataset.to);
    });
    nodes.forEach((node) => node.classList.toggle("near", near.has(node.dataset.node)));
  };
  nodes.forEach((node) => node.parentNode.addEventListener("click", (event) => {
    const isSame = chosen === node.dataset.node;
    show(isSame ? null : node.dataset.node);
    if (isSame) event.preventDefault();
  }));
}
document.querySelectorAll("table.sortable").forEach(sortable);
document.querySelectorAll("svg.graph").forEach(choosable);
