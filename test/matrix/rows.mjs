// The combinations that the browser tests run on besides the newest of everything. Each Backbone meets an old and
// the newest Socket.IO client, each client meets jQuery and does without, each bundle meets all of them.
// What a row does not name is the newest; without `jquery` there is none.

export const rows = [
  { bundle: 'min', with: ['backbone@1.1.2', 'underscore@1.5.2', 'socket.io-client@2.5.0', 'jquery@2.2.4'] },
  { bundle: 'plain', with: ['backbone@1.1.2', 'underscore@1.5.2'] },
  { bundle: 'plain', with: ['backbone@1.2.3', 'underscore@1.7.0', 'socket.io-client@3.1.3', 'jquery@3.7.1'] },
  { bundle: 'min', with: ['backbone@1.2.3', 'underscore@1.7.0', 'jquery@2.2.4'] },
  { bundle: 'plain', with: ['backbone@1.3.3', 'underscore@1.8.3', 'socket.io-client@2.5.0'] },
  { bundle: 'min', with: ['backbone@1.3.3', 'underscore@1.8.3', 'jquery@3.7.1'] },
  { bundle: 'min', with: ['backbone@1.4.1', 'underscore@1.9.1', 'socket.io-client@3.1.3'] },
  { bundle: 'plain', with: ['backbone@1.4.1', 'lodash', 'jquery@4.0.0'] },
  { bundle: 'min', with: ['lodash', 'socket.io-client@2.5.0', 'jquery@3.7.1'] },
  { bundle: 'plain', with: ['socket.io-client@2.5.0', 'jquery@4.0.0'] },
  { bundle: 'min', with: ['socket.io-client@3.1.3', 'jquery@2.2.4'] },
  { bundle: 'plain', with: ['jquery@4.0.0'] },
];
