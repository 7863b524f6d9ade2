using System.Text.Json;

namespace Gorb.State;

/// <summary>The names of an enumeration's values, as they stand in the store.</summary>
internal static class EnumNames<T> where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();
    private static readonly JsonEncodedText[] Names = Array.ConvertAll(Values, value => JsonEncodedText.Encode(value.ToString()));

    public static JsonEncodedText Of(T value) => Names[Array.IndexOf(Values, value)];

    /// <summary>The value whose name the reader has come to.</summary>
    /// <exception cref="JsonException">There is none.</exception>
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
