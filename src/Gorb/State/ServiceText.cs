using Gorb.Model;
using Gorb.Start;

namespace Gorb.State;

/// <summary>A service as it stands in a row of its own.</summary>
/// <param name="Spec">What it is, without its name.</param>
/// <param name="Backends">Its backends.</param>
internal readonly record struct ServiceText(byte[] Spec, byte[] Backends)
{
    /// <summary>The texts of services that are written whole: a document has thousands, so they are made on every processor, before the transaction.</summary>
    public static ServiceText[] Of(IReadOnlyList<Service> services) =>
        [.. ParallelRanges.Run(services.Count, (from, to) => Of(services, from, to)).SelectMany(static texts => texts)];

    private static ServiceText[] Of(IReadOnlyList<Service> services, int from, int to)
    {
        using var text = new JsonText();
        var texts = new ServiceText[to - from];
        for (var i = from; i < to; i++)
        {
            ServiceCodec.Write(text.Begin(), services[i]);
            var spec = text.End().ToArray();
            BackendCodec.WriteList(text.Begin(), services[i]);
            texts[i - from] = new ServiceText(spec, text.End().ToArray());
        }

        return texts;
    }
}
