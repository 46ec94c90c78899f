/// The adaptive softmax (Grave, Joulin, Cissé, Grangier & Jégou 2017): tokens by frequency, in clusters.
///
/// The head is a softmax over the c₁ most frequent tokens and one symbol for each cluster of the others; a cluster's own
/// softmax reads h through a projection to fewer numbers, the fewer the rarer its tokens are:
///
///     p(w) = p_head(w)                            for w < c₁
///     p(w) = p_head(cluster i) · p_i(w)           for c_i ≤ w < c_{i+1}
///     p_head = softmax(h · W_headᵀ + b_head)
///     p_i = softmax(h · P_iᵀ · W_iᵀ)
///
/// As PyTorch's `AdaptiveLogSoftmaxWithLoss` with a bias of the head. Only the tables that a token's probability depends on are
/// multiplied.
public struct AdaptiveSoftmax: Sendable {
  /// V.
  public let vocabularySize: Int
  /// H.
  public let inputSize: Int
  /// W_head [c₁ + clusters, H].
  public let head: Parameter
  /// b_head [c₁ + clusters].
  public let headBias: Parameter
  /// The clusters, from the more frequent tokens to the rarer.
  public let clusters: [Cluster]

  /// Tokens that share a symbol of the head.
  public struct Cluster: Sendable {
    /// c_i ..< c_{i+1}.
    public let tokens: Range<Int>
    /// P_i [H / divisor^i, H].
    public let projection: Parameter
    /// W_i [tokens, H / divisor^i].
    public let weight: Parameter

    /// H / divisor^i.
    public var size: Int { projection.shape[0] }
  }

  /// A layer under the names `decoder.head.weight`, `decoder.head.bias`, `decoder.tail.{i}.projection.weight` and `decoder.tail.{i}.weight`.
  public init(
    vocabularySize V: Int, inputSize H: Int, cutoffs: [Int], divisor: Int, in layout: inout ParameterLayout
  ) {
    let ends = cutoffs + [V]
    precondition(
      zip([0] + cutoffs, ends).allSatisfy(<) && cutoffs.count > 0, "cut-offs \(cutoffs) of a vocabulary of \(V)")
    vocabularySize = V
    inputSize = H
    head = layout.add("decoder.head.weight", cutoffs[0] + cutoffs.count, H)
    headBias = layout.add("decoder.head.bias", cutoffs[0] + cutoffs.count)
    var clusters: [Cluster] = []
    var size = H
    for (i, start) in cutoffs.enumerated() {
      size /= divisor
      clusters.append(
        Cluster(
          tokens: start..<ends[i + 1], projection: layout.add("decoder.tail.\(i).projection.weight", size, H),
          weight: layout.add("decoder.tail.\(i).weight", ends[i + 1] - start, size)))
    }
    self.clusters = clusters
  }

  /// c₁, the tokens of the head.
  public var headTokens: Int { clusters[0].tokens.lowerBound }

  /// Counts of the V tokens, as those of the head's: a cluster's are added up.
  func headCounts(_ counts: [Int]) -> [Int] {
    counts.prefix(headTokens) + clusters.map { counts[$0.tokens].reduce(0, +) }
  }

  /// One of the layer's tables.
  enum Table {
    case head
    case projection(Int)
    case tail(Int)
  }

  func parameter(_ table: Table) -> Parameter {
    switch table {
    case .head: head
    case .projection(let i): clusters[i].projection
    case .tail(let i): clusters[i].weight
    }
  }

  /// The bias of a table; the head alone has one.
  func bias(_ table: Table) -> Parameter? {
    if case .head = table { headBias } else { nil }
  }

  /// The sizes of the softmaxes: the head's and the clusters'.
  private var softmaxes: [Int] { [head.shape[0]] + clusters.map(\.tokens.count) }

  /// The numbers of the largest block of logits, of `rows` rows there are.
  func logitsSize(rows: Int) -> Int {
    softmaxes.reduce(0) { size, n in max(size, n * min(rows, max(128, 1 << 22 / n))) }
  }

  /// The numbers that `AdaptiveRoom` takes.
  func passSize(rows: Int) -> Int { logitsSize(rows: rows) + rows * (inputSize + clusters[0].size) }
}
