using System.Text.Json;

namespace Gorb.State;

/// <summary>The stored names of an enumeration's values.</summary>
internal static class EnumNames<T> where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();
    private static readonly JsonEncodedText[] Names = Array.ConvertAll(Values, value => JsonEncodedText.Encode(value.ToString()));

    public static JsonEncodedText Of(T value) => Names[Array.IndexOf(Values, value)];

    /// <summary>Returns the value whose name is the reader's current token.</summary>
    /// <exception cref="JsonException">No value has this name.</exception>
    public static T Read(ref Utf8JsonReader json)
    {
        for (var i = 0; i < Names.Length; i++)
        {
            if (json.ValueTextEquals(Names[i].EncodedUtf8Bytes))
            {
                return Values[i];
            }
        }

        throw new JsonException($"'{json.GetString()}' is no {typeof(T).Name}");
    }
}
