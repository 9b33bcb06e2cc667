/** `npm run reproduce`: trains the lecture's two tables. The work is in lib/lecture/reproduce. */
import('recurrent-lab/lecture')
  .then(({ reproduce }) => reproduce(process.argv.slice(2)))
  .catch((error) => {
    const unbuilt = error.code === 'MODULE_NOT_FOUND' && String(error.message).includes('recurrent-lab');
    console.error(unbuilt ? 'The library is not built yet: run npm run setup, or npm run build.' : error);
    return 1;
  })
  .then((code) => process.exit(code));
