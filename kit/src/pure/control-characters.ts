/** What a terminal would obey, and what shows text in another order than it was written. Lines and tabs stay. */
export const controlCharacters = /[^\P{Cc}\n\t]|\p{Bidi_Control}/gu;
