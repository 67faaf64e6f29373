/// The company behind a model, which decides the wire shape a chat is sent in.
///
/// The raw values are the names of the breakers and of `POST /demo/upstream`.
enum Provider: String, Sendable, Hashable, CaseIterable {
    /// Anthropic's Messages API.
    case claude
    /// OpenAI's Chat Completions API, which most compatible servers speak too.
    case openai

    /// Routes a model: names that begin with `claude` go to Anthropic, all others to OpenAI's shape.
    ///
    /// Whether the model exists is not decided here; the price table refuses unknown ones.
    init(servingModel model: String) {
        self = model.hasPrefix("claude") ? .claude : .openai
    }
}
