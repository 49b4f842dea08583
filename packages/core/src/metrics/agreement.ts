// Whether a generator draws the same class in every domain when it is given the same noise, and each domain as it looks.

/**
 * The share of noise vectors whose images show the same class in two domains, mean over all pairs of domains;
 * `answers[k][i]` is the class of the image of noise i in domain k. By chance 1 / classes. Throws a RangeError without two
 * domains, or without as many answers in each.
 */
export function domainAgreement(answers: readonly ArrayLike<number>[]): number {
  const [first] = answers;
  if (!first || answers.length < 2 || first.length === 0)
    throw new RangeError('the agreement of domains needs two of them, and an image in each');
  if (answers.some(({ length }) => length !== first.length))
    throw new RangeError('the agreement of domains needs as many images in each');
  let same = 0;
  let compared = 0;
  answers.forEach((one, k) => {
    for (const other of answers.slice(k + 1))
      for (let i = 0; i < first.length; i++) {
        same += one[i] === other[i] ? 1 : 0;
        compared += 1;
      }
  });
  return same / compared;
}

/**
 * The share of images that show the domain which was asked for; `answers[k][i]` is the domain of image i that was drawn for
 * domain k. By chance 1 / domains. Throws a RangeError without an image.
 */
export function rightDomainShare(answers: readonly ArrayLike<number>[]): number {
  const images = answers.reduce((sum, { length }) => sum + length, 0);
  if (images === 0) throw new RangeError('the share of right domains needs an image');
  const right = answers.reduce(
    (sum, found, domain) => sum + Array.from(found).filter((answer) => answer === domain).length,
    0,
  );
  return right / images;
}
