using Gorb.Model;

namespace Gorb.Api;

/// <summary>A query member that is true or false. Binding takes every text, for what it refuses itself is a 400 without a word.</summary>
/// <param name="Text">What was given; null when nothing was.</param>
internal readonly record struct QueryFlag(string? Text)
{
    public static bool TryParse(string? text, out QueryFlag flag)
    {
        flag = new QueryFlag(text);
        return true;
    }

    /// <param name="name">Its name in the query.</param>
    /// <param name="otherwise">What an absent one stands for.</param>
    /// <exception cref="RequestException">It is neither true nor false.</exception>
    public bool Read(string name, bool otherwise) => Text is null ? otherwise
        : bool.TryParse(Text, out var value) ? value
        : throw RequestException.Invalid(new Problem(name, Text, "must be true or false"));
}
