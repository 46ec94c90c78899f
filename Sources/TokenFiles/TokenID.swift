/// The index of a token in its vocabulary: all that the model side knows of text.
public typealias TokenID = UInt32
