// The header that says that a program of ours sends a request, not a form on some page: no form can set it. Proves nobody.

/** Needed with every order that a session proves; its value is of no account. */
export const pageHeader = 'x-firebreak-page';
