/** Longest `user` that is sent, in Unicode code points; a longer one is left out. */
const MAX_USER_LENGTH = 64;

/** Whether a `user` is short enough to be sent. Counts code points: an emoji is one. */
export function isSendableUser(user: string): boolean {
  if (user.length <= MAX_USER_LENGTH) return true;
  if (user.length > 2 * MAX_USER_LENGTH) return false;
  return Array.from(user).length <= MAX_USER_LENGTH;
}
