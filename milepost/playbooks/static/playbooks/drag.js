// A step is dragged by its handle to another place: what is sent is what its buttons send.
let dragged = null;
const stepAt = event => event.target.closest?.('[data-step]');
const mark = (step, where) => {
  for (const each of document.querySelectorAll('[data-drop]')) delete each.dataset.drop;
  if (step) step.dataset.drop = where;
};
const isBehind = (event, step) => {
  const box = step.getBoundingClientRect();
  return event.clientY > box.top + box.height / 2;
};
document.addEventListener('dragstart', event => {
  if (!event.target.closest?.('[data-handle]')) return;
  dragged = stepAt(event);
  event.dataTransfer.effectAllowed = 'move';
  event.dataTransfer.setData('text/plain', '');
  event.dataTransfer.setDragImage(dragged, 12, 12);
});
document.addEventListener('dragover', event => {
  const step = dragged && stepAt(event);
  if (!step) return;
  event.preventDefault();
  mark(step === dragged ? null : step, isBehind(event, step) ? 'behind' : 'before');
});
document.addEventListener('drop', event => {
  const step = dragged && stepAt(event);
  if (!step || step === dragged) return;
  event.preventDefault();
  const steps = [...document.querySelectorAll('[data-step]')];
  const from = steps.indexOf(dragged);
  let to = steps.indexOf(step) + (isBehind(event, step) ? 1 : 0);
  if (to > from) to -= 1;
  const form = dragged.querySelector('[data-move]')?.form;
  if (to === from || !form) return;
  form.elements.to.value = to + 1;
  form.requestSubmit();
});
document.addEventListener('dragend', () => { mark(null); dragged = null; });
