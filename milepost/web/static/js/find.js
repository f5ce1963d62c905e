// Ctrl-K, or a click on any [data-find] link, opens the search; without scripts the link leads to its page.
const find = document.getElementById('find');
if (find?.showModal) {
  const input = find.querySelector('input');
  const results = () => [...find.querySelectorAll('#find-results a')];
  const open = event => {
    event.preventDefault();
    if (!find.open) find.showModal();
    input.select();
  };
  document.addEventListener('click', event => { if (event.target.closest?.('[data-find]')) open(event); });
  document.addEventListener('keydown', event => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') open(event);
  });
  find.addEventListener('click', event => { if (event.target === find) find.close(); });
  // A search field takes the first Escape for itself, to empty it; here Escape always closes.
  input.addEventListener('keydown', event => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    find.close();
  });
  // The arrow keys walk from the field through the results; Enter in the field goes to the first of them.
  find.addEventListener('keydown', event => {
    const links = results();
    const at = links.indexOf(document.activeElement);
    if (event.key === 'Enter' && at < 0 && links.length && input.dataset.asked === input.value) {
      event.preventDefault();
      links[0].click();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !links.length) return;
    event.preventDefault();
    (links[at + step] || (step > 0 ? links.at(-1) : input)).focus();
  });
  find.addEventListener('htmx:afterSwap', () => { input.dataset.asked = input.value; });
}
