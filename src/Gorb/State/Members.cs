using System.Text.Json;

namespace Gorb.State;

/// <summary>What takes the members of a stored object as they come.</summary>
internal interface IMembers
{
    /// <summary>Takes the member whose name the reader has come to, with its value.</summary>
    void ReadMember(ref Utf8JsonReader json);
}

/// <summary>What stored services and backends have in common.</summary>
internal static class Members
{
    /// <summary>Reads the members of the object that the reader has come to the start of, up to its end.</summary>
    /// <exception cref="JsonException">It is not what was written.</exception>
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

    /// <summary>Writes a member unless it is null, which is how its absence reads.</summary>
    public static void WriteIfAny(this Utf8JsonWriter json, ReadOnlySpan<byte> member, string? value)
    {
        if (value is not null)
        {
            json.WriteString(member, value);
        }
    }
}
