using System.Buffers;
using System.Text.Json;
using Gorb.Balancing;

namespace Gorb.State;

/// <summary>A service as it stands in a row of its own.</summary>
/// <param name="Spec">What it is, without its name.</param>
/// <param name="Backends">Its backends.</param>
internal readonly record struct ServiceText(byte[] Spec, byte[] Backends)
{
    /// <summary>The texts of services that are written whole: a document has thousands, so they are made on every processor, before the transaction.</summary>
    public static ServiceText[] Of(IReadOnlyList<Service> services) =>
        [.. Split.Do(services.Count, (from, to) => Of(services, from, to)).SelectMany(static texts => texts)];

    private static ServiceText[] Of(IReadOnlyList<Service> services, int from, int to)
    {
        var text = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(text, new JsonWriterOptions { SkipValidation = true });
        var texts = new ServiceText[to - from];
        for (var i = from; i < to; i++)
        {
            var service = services[i];
            var spec = Take(text, json, () => ServiceCodec.Write(json, service.Spec));
            texts[i - from] = new ServiceText(spec, Take(text, json, () => BackendCodec.WriteList(json, service.Backends)));
        }

        return texts;
    }

    private static byte[] Take(ArrayBufferWriter<byte> text, Utf8JsonWriter json, Action write)
    {
        text.ResetWrittenCount();
        json.Reset();
        write();
        json.Flush();
        return text.WrittenSpan.ToArray();
    }
}
