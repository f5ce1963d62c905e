// An e-mail dropped anywhere on the page is read as if it had been chosen in the form.
const form = document.querySelector('form[data-drop]');
const field = form?.querySelector('input[type="file"]');
const bearsFiles = event => field && event.dataTransfer?.types.includes('Files');

addEventListener('dragover', event => {
  if (!bearsFiles(event)) return;
  event.preventDefault();
  form.dataset.over = '';
});
addEventListener('dragleave', event => { if (field && !event.relatedTarget) delete form.dataset.over; });
addEventListener('drop', event => {
  if (!bearsFiles(event)) return;
  event.preventDefault();
  delete form.dataset.over;
  field.files = event.dataTransfer.files;
  form.requestSubmit();
});
