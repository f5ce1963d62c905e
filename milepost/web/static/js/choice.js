// The arrow keys lead from a field that offers what may be meant into its list and back; Enter takes what is chosen.
const offered = field => [...document.getElementById(field.getAttribute('aria-controls'))?.querySelectorAll('input[type=radio]') ?? []];
const fieldOf = radio => document.querySelector(`[aria-controls="${radio.closest('[data-offered]').id}"]`);

document.addEventListener('keydown', event => {
  const at = event.target;
  if (at.matches('input[aria-controls]') && event.key === 'ArrowDown') {
    const list = offered(at);
    const first = list.find(radio => radio.checked) ?? list[0];
    if (!first) return;
    event.preventDefault();
    first.checked = true;
    first.focus();
  } else if (at.matches('[data-offered] input[type=radio]')) {
    const field = fieldOf(at);
    const leaves = event.key === 'Enter' || event.key === 'Escape' || (event.key === 'ArrowUp' && at === offered(field)[0]);
    if (!leaves) return;
    event.preventDefault();
    field.focus();
  }
});
