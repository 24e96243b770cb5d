// Errors, in words for the person who waits
// -----------------------------------------
//
// Either the server has refused, and says why in `message`. Or it was ioSync's turn to tell, because no answer came; then nobody knows
// what the server has done, and we do not pretend to.
'use strict';

const explain = ({ code, message }, verb) => {
  if (code === 'timeout') return `The server did not answer in time: this may not have been ${verb}.`;
  if (code === 'disconnected') return `The connection was lost: this may not have been ${verb}.`;
  return `Not ${verb}: ${message}`;
};
