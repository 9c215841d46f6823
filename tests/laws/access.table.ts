// Who may do what. A row for every scene of scenes.ts, a column for everybody in cast.ts, named by
// its first six letters. The input always aims at a thing of the owner's.
//
//   ok     it is done                        4002, 4104, 4108  no token, one that ended, a disabled
//   shut   the socket closes with 4001                         account: no different from operation
//                                                              to operation
//   4004, 4101, 4201, 4204, 4301, 4401, 4502, 4541 not found: it does not exist for who may not see it
//   4403   not allowed: they may see it, and may not do this
//   4202   done before the question: they are friends already
//
// All other codes are in docs/reference/errors.md. A cell is changed by who knows why, never to make
// the test pass.

export const access = `
asked by                      anonym strang friend blocke member owner  viewer operat ended  disabl
accounts.ping                 ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts.sendCode             ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts.verifyCode           ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts.register             ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts.login                ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts.registerWithPassword ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts.loginWithPassword    ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts.refresh              ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts.logout               4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
accounts.me                   4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
accounts.updateMe             4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
accounts.sessions             4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
accounts.endSession           4002   4004   4004   4004   4004   ok     4004   4004   4104   4108
accounts.resetPassword        ok     ok     ok     ok     ok     ok     ok     ok     ok     ok
accounts.setPassword          4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
accounts.deleteMe             4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
accounts.export               4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
friends.sendRequest           4002   ok     4202   4101   4202   ok     ok     ok     4104   4108
friends.acceptRequest         4002   4204   4204   4204   4204   ok     4204   4204   4104   4108
friends.rejectRequest         4002   4204   4204   4204   4204   ok     4204   4204   4104   4108
friends.list                  4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
friends.remove                4002   4201   ok     4201   ok     ok     4201   4201   4104   4108
friends.receivedRequests      4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
friends.sentRequests          4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
friends.withdrawRequest       4002   4204   4204   4204   4204   ok     4204   4204   4104   4108
friends.updateRemark          4002   4201   ok     4201   ok     ok     4201   4201   4104   4108
friends.search                4002   ok     ok     4101   ok     ok     ok     ok     4104   4108
friends.search by keyword     4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
friends.card                  4002   ok     ok     4101   ok     ok     ok     ok     4104   4108
friends.block                 4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
friends.unblock               4002   4502   4502   4502   4502   ok     4502   4502   4104   4108
friends.blockedList           4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
presence.friends              4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
presence.batch                4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
conversations.list            4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
conversations.create          4002   4403   ok     4403   ok     ok     4403   4403   4104   4108
conversations.read            4002   4541   4541   4541   ok     ok     4541   4541   4104   4108
messages.send                 4002   4541   4541   4541   ok     ok     4541   4541   4104   4108
messages.send to a person     4002   4403   ok     4403   ok     ok     4403   4403   4104   4108
messages.recall               4002   4301   4301   4301   4403   ok     4301   4301   4104   4108
messages.typing               4002   4541   4541   4541   ok     ok     4541   4541   4104   4108
messages.unreadCount          4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
messages.history              4002   4541   4541   4541   ok     ok     4541   4541   4104   4108
messages.ticket               4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
moments.create                4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
moments.mine                  4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
moments.timeline              4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
moments.timeline with talk below 4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
moments.wall                  4002   ok     ok     4101   ok     ok     ok     ok     4104   4108
moments.get                   4002   4401   ok     4401   ok     ok     4401   4401   4104   4108
moments.get for everyone      4002   ok     ok     4401   ok     ok     ok     ok     4104   4108
moments.get for oneself       4002   4401   4401   4401   4401   ok     4401   4401   4104   4108
moments.remove                4002   4401   4403   4401   4403   ok     4401   4401   4104   4108
moments.like                  4002   4401   ok     4401   ok     ok     4401   4401   4104   4108
moments.unlike                4002   4401   ok     4401   ok     ok     4401   4401   4104   4108
moments.likes                 4002   4401   ok     4401   ok     ok     4401   4401   4104   4108
moments.comment               4002   4401   ok     4401   ok     ok     4401   4401   4104   4108
moments.comment in answer     4002   4401   ok     4401   ok     ok     4401   4401   4104   4108
moments.comments              4002   4401   ok     4401   ok     ok     4401   4401   4104   4108
moments.removeComment         4002   4401   4403   4401   4403   ok     4401   4401   4104   4108
push.key                      4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
push.subscribe                4002   ok     ok     ok     ok     ok     ok     ok     4104   4108
push.unsubscribe              4002   4004   4004   4004   4004   ok     4004   4004   4104   4108
frame ping                    shut   ok     ok     ok     ok     ok     ok     ok     shut   shut
frame send_message            shut   4541   4541   4541   ok     ok     4541   4541   shut   shut
frame mark_read               shut   4541   4541   4541   ok     ok     4541   4541   shut   shut
frame recall_message          shut   4301   4301   4301   4403   ok     4301   4301   shut   shut
frame typing                  shut   4541   4541   4541   ok     ok     4541   4541   shut   shut
`
