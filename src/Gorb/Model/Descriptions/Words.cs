using System.Text.Json;

namespace Gorb.Model.Descriptions;

/// <summary>A value of a closed set, with its names.</summary>
/// <param name="Value">The value.</param>
/// <param name="Text">The name in the API.</param>
/// <param name="Stored">The name in the store, which never changes; empty if a codec stores the value in dedicated code.</param>
internal readonly record struct Word<T>(T Value, string Text, string Stored = "") where T : struct, Enum;

/// <summary>The names of the values of a closed set, in the order in which errors list them.</summary>
internal sealed class Words<T>(params Word<T>[] words) where T : struct, Enum
{
    private readonly JsonEncodedText[] _encoded = Array.ConvertAll(words, static word => JsonEncodedText.Encode(word.Text));
    private readonly JsonEncodedText[] _stored = Array.ConvertAll(words, static word => JsonEncodedText.Encode(word.Stored));
    private readonly string _known = $"{string.Join(", ", words[..^1].Select(static word => word.Text))} or {words[^1].Text}";

    /// <summary>An alternative name of one value, accepted in input and never shown.</summary>
    public (string Text, T Value)? Alias { get; init; }

    /// <summary>True if names are case-insensitive; errors then list them in lower case.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>GORB's text for an unknown name.</summary>
    public string? GorbText { get; init; }

    /// <summary>Parses a name of the API.</summary>
    /// <returns>The error, or null.</returns>
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

    /// <summary>Returns the API name of a value.</summary>
    /// <exception cref="InvalidOperationException">The value has no name.</exception>
    public string Text(T value) => words[Place(value)].Text;

    /// <inheritdoc cref="Text"/>
    public JsonEncodedText Encoded(T value) => _encoded[Place(value)];

    /// <summary>Returns the store name of a value.</summary>
    /// <exception cref="InvalidOperationException">The value has no name.</exception>
    public JsonEncodedText Stored(T value) => _stored[Place(value)];

    /// <summary>Returns the value of the store name at which the reader is positioned.</summary>
    /// <exception cref="JsonException">The name is unknown.</exception>
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
