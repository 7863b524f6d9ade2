using System.Text.Json;

namespace Gorb.Model.Descriptions;

/// <summary>A value of a closed set.</summary>
/// <param name="Value">The value.</param>
/// <param name="Text">Its word in the API.</param>
/// <param name="Stored">Its word in the store, which never changes; empty where a codec stores the value by hand.</param>
internal readonly record struct Word<T>(T Value, string Text, string Stored = "") where T : struct, Enum;

/// <summary>The words for the values of a closed set, in the order in which an error names them.</summary>
internal sealed class Words<T>(params Word<T>[] words) where T : struct, Enum
{
    private readonly JsonEncodedText[] _encoded = Array.ConvertAll(words, static word => JsonEncodedText.Encode(word.Text));
    private readonly JsonEncodedText[] _stored = Array.ConvertAll(words, static word => JsonEncodedText.Encode(word.Stored));
    private readonly string _known = $"{string.Join(", ", words[..^1].Select(static word => word.Text))} or {words[^1].Text}";

    /// <summary>Another word for one of the values, which is read and not shown.</summary>
    public (string Text, T Value)? Alias { get; init; }

    /// <summary>True where the words are read in letters of either case; an error then shows them in small ones.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>GORB's text for a word that is none.</summary>
    public string? GorbText { get; init; }

    /// <summary>Reads a word of the API.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public Fault? Parse(string text, out T value)
    {
        var folded = IgnoresCase ? text.ToLowerInvariant() : text;
        foreach (var word in words)
        {
            if (word.Text == folded)
            {
                value = word.Value;
                return null;
            }
        }

        value = Alias is { } alias ? alias.Value : default;
        return Alias is { } other && other.Text == folded ? null : new Fault($"must be {_known}", GorbText, folded);
    }

    /// <summary>The word of a value in the API.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public string Text(T value) => words[Place(value)].Text;

    /// <inheritdoc cref="Text"/>
    public JsonEncodedText Encoded(T value) => _encoded[Place(value)];

    /// <summary>The word of a value in the store.</summary>
    /// <exception cref="InvalidOperationException">It has none.</exception>
    public JsonEncodedText Stored(T value) => _stored[Place(value)];

    /// <summary>The value whose word the reader of the store has come to.</summary>
    /// <exception cref="JsonException">There is none.</exception>
    public T ReadStored(ref Utf8JsonReader json)
    {
        for (var i = 0; i < _stored.Length; i++)
        {
            if (json.ValueTextEquals(_stored[i].EncodedUtf8Bytes))
            {
                return words[i].Value;
            }
        }

        throw new JsonException($"'{json.GetString()}' is no {typeof(T).Name}");
    }

    private int Place(T value)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (EqualityComparer<T>.Default.Equals(words[i].Value, value))
            {
                return i;
            }
        }

        throw new InvalidOperationException($"There is no word for {value}.");
    }
}
