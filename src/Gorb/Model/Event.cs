using Gorb.Model.Text;

namespace Gorb.Model;

/// <summary>One event of <c>GET /events</c>.</summary>
/// <param name="Type">hello, change, refused, health, address or repair.</param>
/// <param name="Time">When.</param>
/// <param name="Service">The service it happened to; absent when it is not about one.</param>
/// <param name="Backend">The backend it happened to; absent when it is not about one.</param>
/// <param name="Text">What, in words.</param>
internal sealed record Event(string Type, DateTimeOffset Time, string? Service, string? Backend, string Text)
{
    /// <summary>Who made a change: the address of the client, or checks, drain or file for the daemon itself; absent in events that are no change.</summary>
    public string? Actor { get; init; }

    /// <summary>The source whose wish a change is: api, file or the name that a document was declared under; absent where no source wishes it, such as the end of a drain.</summary>
    public string? Source { get; init; }

    /// <summary>The director at which a change was made, whose audit has the request; absent without a cluster.</summary>
    public string? Director { get; init; }

    /// <summary>From where a change was requested: an address, or unix with the process id; absent for the daemon itself.</summary>
    public string? From { get; init; }

    /// <summary>The id of the request (X-Request-Id); absent for the daemon itself.</summary>
    public string? Request { get; init; }

    /// <summary>What, in words: one line, for people who look at it in a terminal.</summary>
    public string Text { get; } = PlainText.Escape(Text);
}
