// A row that is edited brings the heads of its groups along; the server is told which of them the page shows.
document.addEventListener('htmx:configRequest', event => {
  if (!event.detail.elt.closest('.board')) return;
  const heads = [...document.querySelectorAll('.board tr.group')].map(head => head.id.replace('group-', ''));
  event.detail.headers['Board-Groups'] = heads.join();
});
