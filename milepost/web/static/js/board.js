// Escape leaves a row that is being edited, as Cancel does.
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  event.target.closest?.('.board form')?.querySelector('[data-cancel]')?.click();
});

// A row that is edited brings the heads of its groups along; the server is told which of them the page shows.
document.addEventListener('htmx:configRequest', event => {
  if (!event.detail.elt.closest('.board')) return;
  const heads = [...document.querySelectorAll('.board tr.group')].map(head => head.id.replace('group-', ''));
  event.detail.headers['Board-Groups'] = heads.join();
});
