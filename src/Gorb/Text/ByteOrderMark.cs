using System.Text;

namespace Gorb.Text;

/// <summary>The mark with which some editors and shells begin a text file (U+FEFF), and the encoding that it tells.</summary>
internal static class ByteOrderMark
{
    private static readonly UnicodeEncoding LittleEndian = new(bigEndian: false, byteOrderMark: true);
    private static readonly UnicodeEncoding BigEndian = new(bigEndian: true, byteOrderMark: true);

    /// <summary>The text without its mark, as UTF-8 where the mark says UTF-16 (PowerShell's <c>&gt;</c> writes that). A text without a mark is returned as it is.</summary>
    public static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> text)
    {
        var encoding = text.Span.StartsWith(LittleEndian.Preamble) ? LittleEndian : text.Span.StartsWith(BigEndian.Preamble) ? BigEndian : null;
        return encoding is null
            ? text[(text.Span.StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0)..]
            : Encoding.UTF8.GetBytes(encoding.GetString(text.Span[encoding.Preamble.Length..]));
    }
}
