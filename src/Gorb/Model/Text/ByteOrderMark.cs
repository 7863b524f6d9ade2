using System.Text;

namespace Gorb.Model.Text;

/// <summary>The byte order mark (U+FEFF), with which some editors and shells start text files, and the encoding that it indicates.</summary>
internal static class ByteOrderMark
{
    private static readonly UnicodeEncoding LittleEndian = new(bigEndian: false, byteOrderMark: true);
    private static readonly UnicodeEncoding BigEndian = new(bigEndian: true, byteOrderMark: true);

    /// <summary>
    /// Converts UTF-16 text with a mark (as PowerShell's <c>&gt;</c> writes it) to UTF-8 without a mark, and removes a UTF-8 mark. Text without a mark is
    /// returned unchanged.
    /// </summary>
    public static ReadOnlyMemory<byte> ToUtf8(ReadOnlyMemory<byte> text)
    {
        var encoding = text.Span.StartsWith(LittleEndian.Preamble) ? LittleEndian : text.Span.StartsWith(BigEndian.Preamble) ? BigEndian : null;
        return encoding is null
            ? text[^Skip(text.Span).Length..]
            : Encoding.UTF8.GetBytes(encoding.GetString(text.Span[encoding.Preamble.Length..]));
    }

    /// <summary>Removes the mark of a UTF-8 text.</summary>
    public static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> text) => text.StartsWith(Encoding.UTF8.Preamble) ? text[Encoding.UTF8.Preamble.Length..] : text;
}
