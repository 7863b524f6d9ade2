using System.Text;

namespace Gorb.Model.Text;

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
            ? text[^Skip(text.Span).Length..]
            : Encoding.UTF8.GetBytes(encoding.GetString(text.Span[encoding.Preamble.Length..]));
    }

    /// <summary>A UTF-8 text without its mark.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> text) => text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
}
