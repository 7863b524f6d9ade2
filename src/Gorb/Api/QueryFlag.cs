using Gorb.Model;

namespace Gorb.Api;

/// <summary>A boolean query member. Binding accepts every text, because a text that binding itself refuses is answered with 400 and no explanation.</summary>
/// <param name="Text">The text of the member; null when the member is absent.</param>
internal readonly record struct QueryFlag(string? Text)
{
    public static bool TryParse(string? text, out QueryFlag flag)
    {
        flag = new QueryFlag(text);
        return true;
    }

    /// <param name="name">The name of the member in the query.</param>
    /// <param name="otherwise">The default for an absent member.</param>
    /// <exception cref="RequestException">The text is neither true nor false.</exception>
    public bool Read(string name, bool otherwise) => Text is null ? otherwise
        : bool.TryParse(Text, out var value) ? value
        : throw RequestException.Invalid(new Problem(name, Text, "must be true or false"));
}
