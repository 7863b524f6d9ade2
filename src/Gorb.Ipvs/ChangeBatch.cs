using Gorb.Ipvs.Netlink;

namespace Gorb.Ipvs;

/// <summary>One call of <see cref="IIpvsClient.Apply"/>: sends the changes in chunks of one datagram each.</summary>
internal sealed class ChangeBatch(IpvsConnection kernel, IReadOnlyList<IpvsChange> changes)
{
    private readonly ChangeResult[] _results = new ChangeResult[changes.Count];
    private readonly IpvsChange[] _chunk = new IpvsChange[Math.Min(changes.Count, RequestBatch.MaxMessages)];
    private readonly int[] _indexes = new int[Math.Min(changes.Count, RequestBatch.MaxMessages)];
    private int _length;

    public IReadOnlyList<ChangeResult> Run()
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (ChangeRules.Validate(changes[i]) is { } cause)
            {
                _results[i] = new ChangeResult(changes[i], Refusal(changes[i], Errno.EINVAL, cause));
                continue;
            }

            (_chunk[_length], _indexes[_length]) = (changes[i], i);
            if (++_length == _chunk.Length)
            {
                Send();
            }
        }

        Send();
        return _results;
    }

    private void Send()
    {
        if (_length == 0)
        {
            return;
        }

        var errors = kernel.Change(_chunk.AsSpan(0, _length));
        for (var i = 0; i < _length; i++)
        {
            var change = _chunk[i];
            var refusal = errors[i] is { } error ? Refusal(change, error.Errno, error.Text ?? ErrnoExplanations.Explain(change, error.Errno)) : null;
            _results[_indexes[i]] = new ChangeResult(change, refusal);
        }

        _length = 0;
    }

    private static IpvsException Refusal(IpvsChange change, Errno errno, string? cause) =>
        new(ErrnoExplanations.Operation(change), Target(change), errno, cause);

    private static string Target(IpvsChange change) => change.Destination is { } destination ? $"{change.Service} {destination}" : change.Service.ToString();
}
