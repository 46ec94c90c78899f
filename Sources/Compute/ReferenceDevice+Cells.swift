#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// A copy of a factor.
public final class ReferencePackedMatrix: @unchecked Sendable {
  let matrix: Matrix<ReferenceStorage>

  init(rows k: Int, columns n: Int) { matrix = Matrix(ReferenceStorage(k * n), rows: k, columns: n) }
}

extension ReferenceDevice {
  /// Room for a right factor of k rows and n columns.
  public func allocatePackedMatrix(rows k: Int, columns n: Int) -> ReferencePackedMatrix {
    ReferencePackedMatrix(rows: k, columns: n)
  }

  /// Packs B [k, n], or a B [n, k] that is to be transposed.
  public func pack(_ B: Matrix<ReferenceStorage>, transposed: Bool, into packed: ReferencePackedMatrix) {
    B.requireFactor(rows: packed.matrix.rows, columns: packed.matrix.columns, transposed: transposed)
    packed.matrix.forEachIndex { p, j in packed.matrix[p, j] = transposed ? B[j, p] : B[p, j] }
  }

  /// c [m, n] = a [m, k] · B; any strides.
  public func multiply(
    _ a: Matrix<ReferenceStorage>, _ B: ReferencePackedMatrix, into c: Matrix<ReferenceStorage>
  ) {
    multiply(a, B.matrix, transposed: false, plus: nil, into: c)
  }

  /// A step of a gated recurrent unit.
  public func gru(
    _ step: CellStep<ReferenceStorage>, hPrevious: Matrix<ReferenceStorage>, h: Matrix<ReferenceStorage>
  ) {
    step.require(gates: 3, hPrevious, h)
    let (x, u, H) = (step.gates, step.recurrent, h.columns)
    h.forEachIndex { b, j in
      let r = sigmoid(x[b, j] + step.inputBias[0, j] + u[b, j] + step.recurrentBias[0, j])
      let z = sigmoid(x[b, H + j] + step.inputBias[0, H + j] + u[b, H + j] + step.recurrentBias[0, H + j])
      u[b, 2 * H + j] += step.recurrentBias[0, 2 * H + j]
      let n = tanh(x[b, 2 * H + j] + step.inputBias[0, 2 * H + j] + r * u[b, 2 * H + j])
      h[b, j] = (1 - z) * n + z * hPrevious[b, j]
      x[b, j] = r
      x[b, H + j] = z
      x[b, 2 * H + j] = n
    }
  }

  /// The step's gradient: gates and recurrent become the gradients of the products.
  public func gruBackward(
    _ step: CellStep<ReferenceStorage>, hPrevious: Matrix<ReferenceStorage>, dh: Matrix<ReferenceStorage>,
    dPrevious: Matrix<ReferenceStorage>
  ) {
    step.require(gates: 3, hPrevious, dh, dPrevious)
    let (x, u, H) = (step.gates, step.recurrent, dh.columns)
    dh.forEachIndex { b, j in
      let (r, z, n) = (x[b, j], x[b, H + j], x[b, 2 * H + j])
      // h = (1 - z) ∘ n + z ∘ h'
      let d_n = dh[b, j] * (1 - z) * (1 - n * n)
      let d_z = dh[b, j] * (hPrevious[b, j] - n) * z * (1 - z)
      dPrevious[b, j] = dh[b, j] * z
      // n = tanh(x_n + r ∘ u_n)
      let d_r = d_n * u[b, 2 * H + j] * r * (1 - r)
      x[b, j] = d_r
      x[b, H + j] = d_z
      x[b, 2 * H + j] = d_n
      u[b, j] = d_r
      u[b, H + j] = d_z
      u[b, 2 * H + j] = d_n * r
    }
  }

  /// A step of a simple recurrent net.
  public func elman(_ step: CellStep<ReferenceStorage>, h: Matrix<ReferenceStorage>) {
    step.require(gates: 1, h)
    h.forEachIndex { b, j in
      h[b, j] = tanh(
        step.gates[b, j] + step.inputBias[0, j] + step.recurrent[b, j] + step.recurrentBias[0, j])
      step.gates[b, j] = h[b, j]
    }
  }

  /// The step's gradient: gates become that of the products.
  public func elmanBackward(_ step: CellStep<ReferenceStorage>, dh: Matrix<ReferenceStorage>) {
    step.require(gates: 1, dh)
    dh.forEachIndex { b, j in step.gates[b, j] = dh[b, j] * (1 - step.gates[b, j] * step.gates[b, j]) }
  }
}
