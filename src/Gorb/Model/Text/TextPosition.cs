namespace Gorb.Model.Text;

/// <summary>A place in a text, both counted from 1.</summary>
internal readonly record struct TextPosition(int Line, int Column)
{
    /// <summary>The place of a byte of a UTF-8 text; columns count bytes.</summary>
    public static TextPosition Of(ReadOnlySpan<byte> text, int offset)
    {
        var before = text[..offset];
        return new TextPosition(before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }

    /// <summary>The place behind the last character of a text.</summary>
    public static TextPosition AtEnd(ReadOnlySpan<char> text) => new(text.Count('\n') + 1, text.Length - text.LastIndexOf('\n'));

    public override string ToString() => $"line {Line}, column {Column}";
}
