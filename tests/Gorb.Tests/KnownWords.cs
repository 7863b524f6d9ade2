using Gorb.Model.Descriptions;

namespace Gorb.Tests;

internal static class KnownWords
{
    /// <summary>The value of a known word.</summary>
    public static T Known<T>(this Words<T> words, string text) where T : struct, Enum
    {
        words.Parse(text, out var value).Should().BeNull(text);
        return value;
    }
}
