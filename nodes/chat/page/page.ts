/** placeholder */
export const chatPage = ''
export const chatPagePolicy = ''
