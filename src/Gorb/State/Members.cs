using System.Text.Json;

namespace Gorb.State;

/// <summary>Receives the members of a stored object while the JSON is read.</summary>
internal interface IMembers
{
    /// <summary>Reads the value of the member whose name is the reader's current token.</summary>
    void ReadMember(ref Utf8JsonReader json);
}

/// <summary>Shared code for stored services and backends.</summary>
internal static class Members
{
    /// <summary>Reads the members of an object, from its start, which is the reader's current token, to its end.</summary>
    /// <exception cref="JsonException">The object is invalid.</exception>
    public static void Read<T>(ref Utf8JsonReader json, ref T members) where T : struct, IMembers, allows ref struct
    {
        try
        {
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                members.ReadMember(ref json);
            }
        }
        catch (Exception error) when (error is InvalidOperationException or FormatException)
        {
            throw new JsonException(error.Message, error);
        }
    }

    /// <summary>Writes a member unless it is null. A missing member reads as null.</summary>
    public static void WriteIfAny(this Utf8JsonWriter json, ReadOnlySpan<byte> member, string? value)
    {
        if (value is not null)
        {
            json.WriteString(member, value);
        }
    }
}
