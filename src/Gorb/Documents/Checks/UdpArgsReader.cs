using System.Text;
using Gorb.Model;
using Gorb.Model.Checks;

namespace Gorb.Documents.Checks;

internal static class UdpArgsReader
{
    /// <summary>The maximum payload, which fits into one datagram on any path.</summary>
    private const int MaxBytes = 1200;

    public static UdpArgs Read(FieldReader fields) => new()
    {
        Payload = ReadBytes(fields, "payload"),
        Expect = ReadBytes(fields, "expect"),
    };

    /// <summary>Reads bytes, given as text (UTF-8) or, in a separate member, as hexadecimal digits.</summary>
    private static ValueList<byte> ReadBytes(FieldReader fields, string name)
    {
        var hexName = $"{name}_hex";
        var text = fields.Text(name);
        var hex = fields.Text(hexName, IsHex, "must be pairs of hexadecimal digits");
        if (text is not null && hex is not null)
        {
            fields.RefuseGiven(hexName, $"cannot stand beside {name}");
        }

        var bytes = hex is not null ? Convert.FromHexString(hex) : Encoding.UTF8.GetBytes(text ?? "");
        if (bytes.Length > MaxBytes)
        {
            fields.RefuseGiven(hex is null ? name : hexName, $"must be at most {MaxBytes} bytes");
        }

        return [.. bytes];
    }

    private static bool IsHex(string text) => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigit);
}
