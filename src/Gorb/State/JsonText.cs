using System.Buffers;
using System.Text.Json;

namespace Gorb.State;

/// <summary>Writes JSON texts one after the other in a reused buffer.</summary>
internal sealed class JsonText : IDisposable
{
    private readonly ArrayBufferWriter<byte> _text = new(1024);
    private readonly Utf8JsonWriter _json;

    public JsonText() => _json = new Utf8JsonWriter(_text, new JsonWriterOptions { SkipValidation = true });

    public Utf8JsonWriter Begin()
    {
        _text.ResetWrittenCount();
        _json.Reset();
        return _json;
    }

    /// <summary>Returns the text written since <see cref="Begin"/>, valid until the next call.</summary>
    public ReadOnlySpan<byte> End()
    {
        _json.Flush();
        return _text.WrittenSpan;
    }

    public void Dispose() => _json.Dispose();
}
