using System.Buffers.Binary;
using System.Text;
using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs.Nftables;

/// <summary>An attribute of an expression: bytes, or a nest of attributes.</summary>
/// <param name="Type">The number of the attribute.</param>
/// <param name="Value">The bytes; null for a nest.</param>
/// <param name="Nested">The nested attributes; null for bytes.</param>
internal sealed record Field(ushort Type, byte[]? Value, Field[]? Nested)
{
    private enum AnyAttribute : ushort;

    public static Field Of(ushort type, byte[] value) => new(type, value, null);

    /// <summary>A 32-bit number in network order.</summary>
    public static Field Of(ushort type, uint value)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Of(type, bytes);
    }

    /// <summary>A text with the terminating NUL.</summary>
    public static Field Of(ushort type, string value) => Of(type, Encoding.ASCII.GetBytes(value + '\0'));

    public static Field Nest(ushort type, params Field[] fields) => new(type, null, fields);

    public static void Write(ref AttributeWriter body, IEnumerable<Field> fields)
    {
        foreach (var field in fields)
        {
            var type = (AnyAttribute)field.Type;
            if (field.Nested is not { } nested)
            {
                body.Write(type, field.Value);
                continue;
            }

            var nest = body.BeginMarkedNest(type);
            Write(ref body, nested);
            body.EndNest(nest);
        }
    }

    /// <summary>
    /// True when attributes as the kernel shows them mean the same as these. Kernels show more attributes than were sent; those are 0 unless another program
    /// set them.
    /// </summary>
    public static bool Match(Field[] fields, AttributeReader shown)
    {
        var found = 0;
        while (shown.Read())
        {
            var type = shown.Type;
            var field = Array.Find(fields, field => field.Type == type);
            var matches = field is null ? !shown.Payload.ContainsAnyExcept((byte)0)
                : field.Nested is { } nested ? Match(nested, shown.AsNest())
                : shown.Payload.SequenceEqual(field.Value);
            if (!matches)
            {
                return false;
            }

            found += field is null ? 0 : 1;
        }

        return found == fields.Length;
    }
}

/// <summary>One step of a rule, such as loading a value into a register or comparing it.</summary>
/// <param name="Name">The kernel's name of the kind of expression.</param>
/// <param name="Fields">The attributes of this kind.</param>
internal sealed record Expression(string Name, params Field[] Fields);
