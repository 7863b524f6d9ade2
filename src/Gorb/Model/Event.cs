using Gorb.Model.Text;

namespace Gorb.Model;

/// <summary>An event for the listeners of <c>GET /events</c>.</summary>
/// <param name="Type">The type: hello, change, health, repair or lost.</param>
/// <param name="Time">The time of the event.</param>
/// <param name="Service">The affected service; absent if none is.</param>
/// <param name="Backend">The affected backend; absent if none is.</param>
/// <param name="Text">The description.</param>
internal sealed record Event(string Type, DateTimeOffset Time, string? Service, string? Backend, string Text)
{
    /// <summary>The actor of a change: the client address, or the feature of the daemon (checks, drain or file); absent if the event is not a change.</summary>
    public string? Actor { get; init; }

    /// <summary>The source that declares the change: api, file or the name under which a document was declared; absent if no source does, as at the end of a drain.</summary>
    public string? Source { get; init; }

    /// <summary>The description as one line, escaped for display in a terminal.</summary>
    public string Text { get; } = PlainText.Escape(Text);
}
