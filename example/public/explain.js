// Errors, in words for the user
// -----------------------------
//
// If the server has refused a request, `message` says why. If no answer came, the error is ioSync's: then nobody knows what the server has
// done, and the sentence says so.
'use strict';

const explain = ({ code, message }, verb) => {
  if (code === 'timeout') return `The server did not answer in time: this may not have been ${verb}.`;
  if (code === 'disconnected') return `The connection was lost: this may not have been ${verb}.`;
  return `Not ${verb}: ${message}`;
};
