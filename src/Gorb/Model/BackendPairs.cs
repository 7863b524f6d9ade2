using System.Collections.Immutable;

namespace Gorb.Model;

/// <summary>The backends of two versions of a service, paired by name, in order. For foreach, which allocates nothing then: every target looks at them at every change.</summary>
internal readonly struct BackendPairs(Backends first, Backends second)
{
    public Enumerator GetEnumerator() => new(first.Values, second.Values);

    /// <param name="first">The backends of the first version.</param>
    /// <param name="second">The backends of the second version.</param>
    public struct Enumerator(ImmutableArray<Backend> first, ImmutableArray<Backend> second)
    {
        private int _first;
        private int _second;

        /// <summary>The indexes of a name in the first and in the second version; -1 if the version lacks it.</summary>
        public (int First, int Second) Current { get; private set; }

        public bool MoveNext()
        {
            if (_first == first.Length && _second == second.Length)
            {
                return false;
            }

            var order = Compare();
            Current = (order <= 0 ? _first++ : -1, order >= 0 ? _second++ : -1);
            return true;
        }

        private readonly int Compare() =>
            _first == first.Length ? 1
            : _second == second.Length ? -1
            : ReferenceEquals(first[_first], second[_second]) ? 0
            : string.CompareOrdinal(first[_first].Name, second[_second].Name);
    }
}

/// <summary>The backends that are not the same object in two versions of a service, in order of their names; for foreach.</summary>
internal readonly struct DifferingBackends(Backends first, Backends second)
{
    public Enumerator GetEnumerator() => new(first, second);

    /// <param name="first">The backends of the first version.</param>
    /// <param name="second">The backends of the second version.</param>
    public struct Enumerator(Backends first, Backends second)
    {
        private BackendPairs.Enumerator _pairs = new BackendPairs(first, second).GetEnumerator();

        /// <summary>A backend in the first and in the second version; null if the version lacks it.</summary>
        public (Backend? First, Backend? Second) Current { get; private set; }

        public bool MoveNext()
        {
            while (_pairs.MoveNext())
            {
                var (i, j) = _pairs.Current;
                Current = (i >= 0 ? first.Values[i] : null, j >= 0 ? second.Values[j] : null);
                if (!ReferenceEquals(Current.First, Current.Second))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
