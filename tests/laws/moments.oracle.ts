// Who sees what of moments, in plain words: the rules once more, as slow and as clear as they go.

export interface World {
  readonly people: readonly number[]
  /** Or about to leave: it is the same to everybody else. */
  readonly disabled: ReadonlySet<number>
  /** Pairs as `a,b`; a friendship stands there both ways, a block as it was made. */
  readonly friends: ReadonlySet<string>
  readonly blocks: ReadonlySet<string>
  readonly posts: readonly Post[]
  readonly likes: readonly Response[]
  readonly comments: readonly (Response & { readonly answers: number | null })[]
}

export interface Post {
  readonly id: number
  readonly author: number
  readonly visible: 0 | 1 | 2
  readonly list: 'none' | 'allow' | 'deny'
  readonly listed: readonly number[]
  /** Unix ms. */
  readonly at: number
}

export interface Response {
  readonly id: number
  readonly post: number
  readonly by: number
}

export class Oracle {
  readonly #post: ReadonlyMap<number, Post>

  constructor(readonly world: World) {
    this.#post = new Map(world.posts.map((post) => [post.id, post]))
  }

  post(id: number): Post {
    return this.#post.get(id) as Post
  }

  areFriends(one: number, other: number): boolean {
    return this.world.friends.has(`${one},${other}`)
  }

  areApart(one: number, other: number): boolean {
    const { blocks } = this.world
    return blocks.has(`${one},${other}`) || blocks.has(`${other},${one}`)
  }

  sees(viewer: number, post: Post): boolean {
    const { author, visible, list, listed } = post
    if (viewer === author) return true
    if (visible === 2) return false
    if (this.world.disabled.has(author) || this.areApart(viewer, author)) return false
    if (list === 'allow') return listed.includes(viewer) && this.areFriends(viewer, author)
    if (list === 'deny' && listed.includes(viewer)) return false
    return visible === 0 || this.areFriends(viewer, author)
  }

  /** Of somebody who sees the post. */
  seesResponseOf(viewer: number, by: number, post: Post): boolean {
    if (viewer === by) return true
    if (this.world.disabled.has(by) || this.areApart(viewer, by)) return false
    return by === post.author || this.areFriends(viewer, by)
  }

  mayComment(actor: number, post: Post): boolean {
    return actor === post.author || this.areFriends(actor, post.author)
  }

  likes(viewer: number, post: Post): number[] {
    return this.#seen(viewer, post, this.world.likes).map((like) => like.id)
  }

  /** Each with what it answers, null where that is nothing or hidden. */
  comments(viewer: number, post: Post): { id: number; answers: number | null }[] {
    const seen = this.#seen(viewer, post, this.world.comments)
    const ids = new Set(seen.map((comment) => comment.id))
    return seen.map(({ id, answers }) => ({
      id,
      answers: answers !== null && ids.has(answers) ? answers : null,
    }))
  }

  #seen<T extends Response>(viewer: number, post: Post, all: readonly T[]): T[] {
    if (!this.sees(viewer, post)) return []
    return all.filter((each) => each.post === post.id && this.seesResponseOf(viewer, each.by, post))
  }

  timeline(viewer: number): number[] {
    const near = (author: number) => author === viewer || this.areFriends(viewer, author)
    return this.#newestFirst((post) => near(post.author) && this.sees(viewer, post))
  }

  wall(viewer: number, author: number): number[] {
    return this.#newestFirst((post) => post.author === author && this.sees(viewer, post))
  }

  #newestFirst(fits: (post: Post) => boolean): number[] {
    const fitting = this.world.posts.filter(fits)
    return fitting.toSorted((a, b) => b.at - a.at || b.id - a.id).map((post) => post.id)
  }

  /** Who hears of a like or comment by `by`: the author and others who took part. */
  listeners(post: Post, by: number): number[] {
    const took = [...this.world.likes, ...this.world.comments].filter(
      (each) => each.post === post.id,
    )
    const concerned = new Set([post.author, ...took.map((each) => each.by)])
    return [...concerned]
      .filter((each) => each !== by && !this.world.disabled.has(each))
      .filter((each) => this.sees(each, post) && this.seesResponseOf(each, by, post))
      .toSorted((a, b) => a - b)
  }
}
