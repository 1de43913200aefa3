using System.Numerics;
using System.Runtime.CompilerServices;

namespace PyramidOT.Engines.Host;

/// <summary>
/// A spanning tree of the rows and columns of a transport problem, with the mass that flows along each of its edges and a potential at
/// each node: the basis of the network simplex method.
/// </summary>
/// <remarks>
/// <para>
/// Nodes are the columns, from 0 on, and the rows, from <see cref="FirstRow"/> on; in between lies padding, so that the columns' potentials
/// are read in whole vectors. An edge belongs to its lower node: its mass always flows from the row to the column, whichever of the
/// two is the parent.
/// </para>
/// <para>
/// Each node that others hang under has the set of all nodes of its subtree, a bit a node, whole vectors. So whether a node lies below another
/// is one look; when a subtree is hung elsewhere by another of its nodes, only the sets along the way change, by a vector operation or a
/// few each; and its potentials are shifted in one pass over all of them, a vector at a time. A node that none hang under is moved by a
/// bit of each set, without a pass.
/// </para>
/// <para>
/// A node of the longer side that others hang under has a node of the shorter side below it, for itself: so at most twice as many nodes as
/// the shorter side has need sets. Where both sides have as many nodes, the sets take an eighth of the memory of the costs. While they are
/// few and short, all nodes have one: that is quicker than to tell the nodes apart.
/// </para>
/// </remarks>
internal readonly unsafe struct FlowTree
{
    // Measured: at 200 nodes it is quicker if all have sets, at 2,000 no slower if not.
    private const long SetsForAll = 1 << 18;

    // Each node's set, or one of nothing.
    private readonly nint* _sets;

    // How many nodes hang under each one: who has none has no set. Where all have sets it is always 1.
    private readonly int* _children;

    // The number of sets that nobody has, and these.
    private readonly nint* _free;
    private readonly float* _none;
    private readonly float* _moved;
    private readonly int _stride;
    private readonly bool _allHaveSets;

    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1.</param>
    /// <param name="scratch">Memory for the tree; what is taken stays taken.</param>
    /// <param name="setsForAll">All nodes have sets where these take at most so many bytes.</param>
    public FlowTree(int rows, int columns, HostScratch scratch, long setsForAll = SetsForAll)
    {
        Rows = rows;
        Columns = columns;
        FirstRow = (columns + SimdWidth.Floats - 1) & -SimdWidth.Floats;
        int nodes = FirstRow + rows;
        int padded = (nodes + SimdWidth.Floats - 1) & -SimdWidth.Floats;
        int words = (nodes + 31) / 32;
        _stride = (words + SimdWidth.Floats - 1) & -SimdWidth.Floats;
        _sets = scratch.Take<nint>(nodes);
        _children = scratch.Take<int>(nodes);
        _none = scratch.Take<float>(_stride);
        _moved = scratch.Take<float>(_stride);

        // A move that gives sets to both ends of an edge gives one to an end on the shorter side, which so far had one less than it may.
        _allHaveSets = (double)nodes * _stride * sizeof(float) <= setsForAll;
        long most = _allHaveSets ? nodes : (2L * Math.Min(rows, columns)) + 1;
        _free = scratch.Take<nint>(most + 1);
        float* sets = scratch.Take<float>(most * _stride);
        *_free = (nint)most;
        for (long k = 0; k < most; k++)
        {
            _free[k + 1] = (nint)(sets + (k * _stride));
        }

        new Span<float>(_none, _stride).Clear();
        Parent = scratch.Take<int>(nodes);
        Flow = scratch.Take<long>(nodes);
        Cost = scratch.Take<double>(nodes);
        Potentials = scratch.Take<double>(padded);
        Rounded = scratch.Take<float>(padded);

        // Padding columns look infinitely dear.
        new Span<double>(Potentials + columns, FirstRow - columns).Fill(double.PositiveInfinity);
        new Span<float>(Rounded + columns, FirstRow - columns).Fill(float.PositiveInfinity);
        new Span<double>(Potentials + nodes, padded - nodes).Clear();
        new Span<float>(Rounded + nodes, padded - nodes).Clear();
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>The node of row 0.</summary>
    public int FirstRow { get; }

    /// <summary>The node above; -1 for the root.</summary>
    public int* Parent { get; }

    /// <summary>The mass on the edge to the parent, in units.</summary>
    public long* Flow { get; }

    /// <summary>The cost of the edge to the parent.</summary>
    public double* Cost { get; }

    /// <summary>The potentials p: for a tree edge from row i to column j, c_ij + p_j - p_i = 0.</summary>
    public double* Potentials { get; }

    /// <summary>The potentials in float32.</summary>
    public float* Rounded { get; }

    /// <summary>Finds the sets of all nodes, when <see cref="Parent"/> is set.</summary>
    /// <param name="nodes">All nodes, each behind its parent; so the first one is the root.</param>
    public void Complete<S, V>(int* nodes)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        int count = Rows + Columns;
        for (int k = 0; k < count; k++)
        {
            _sets[nodes[k]] = (nint)_none;
            _children[nodes[k]] = _allHaveSets ? 1 : 0;
            if (_allHaveSets)
            {
                Begin(nodes[k]);
            }
        }

        for (int k = count - 1; k > 0; k--)
        {
            int node = nodes[k];
            Join(Parent[node]);
            float* above = SetOf(Parent[node]);
            if (_children[node] == 0)
            {
                Include(node, above);
                continue;
            }

            for (int word = 0; word < _stride; word += S.Count)
            {
                S.Store(above + word, S.Or(S.Load(above + word), S.Load(SetOf(node) + word)));
            }
        }
    }

    /// <summary>Whether a node is in the subtree of another, or is that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsWithin(int node, int top) => node == top || ((((uint*)SetOf(top))[node >> 5] >> (node & 31)) & 1) != 0;

    /// <summary>Climbs up from one end of an edge that comes in to the first node that the other end is below.</summary>
    /// <param name="end">Where to begin.</param>
    /// <param name="other">The other end.</param>
    /// <param name="nodes">Receives the nodes.</param>
    /// <param name="ties">Of equal masses, 1 takes the last one, 0 the first one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TreePath Climb(int end, int other, int* nodes, long ties)
    {
        int* parent = Parent;
        long* flow = Flow;
        double* costs = Cost;
        uint** sets = (uint**)_sets;
        nint word = other >> 5;
        int length = 0;
        int stem = 0;
        long least = long.MaxValue / 2;
        double cost = 0;
        double magnitude = 0;
        for (int node = end; ((sets[node][word] >> (other & 31)) & 1) == 0; node = parent[node])
        {
            // Every other edge loses mass: two at a time. Without a branch, which would be a guess.
            nodes[length++] = node;
            long less = flow[node] - least;
            long mask = (less - ties) >> 63;
            least += less & mask;
            stem ^= (stem ^ length) & (int)mask;
            cost += costs[node];
            magnitude += Math.Abs(costs[node]);
            node = parent[node];
            if (((sets[node][word] >> (other & 31)) & 1) != 0)
            {
                break;
            }

            nodes[length++] = node;
            cost -= costs[node];
            magnitude += Math.Abs(costs[node]);
        }

        return new() { Nodes = nodes, Length = length, Least = least, Stem = stem, Cost = cost, Magnitude = magnitude };
    }

    /// <summary>
    /// Moves mass around the cycle that a new edge closes, takes the subtree below an edge that this empties off at its top, and hangs it by
    /// the new edge.
    /// </summary>
    /// <param name="side">The way up from the new edge's lower end, over the edge that goes.</param>
    /// <param name="otherSide">The way up from its upper end.</param>
    /// <param name="under">The upper end.</param>
    /// <param name="cost">What the new edge costs.</param>
    /// <param name="mass">The mass.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Move<S, V>(TreePath side, TreePath otherSide, int under, double cost, long mass)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        int top = side.Nodes[side.Stem - 1];
        int from = Parent[top];
        Join(under);
        if (_children[top] == 0)
        {
            MoveLeaf(side.Nodes, side.Length, otherSide.Nodes, otherSide.Length, mass);
        }
        else
        {
            MoveSubtree<S, V>(side, otherSide, mass);
        }

        int hook = side.Nodes[0];
        Flow[hook] = mass;
        Cost[hook] = cost;
        Parent[hook] = under;
        Leave(from);
    }

    /// <summary>Shifts the potentials of a subtree.</summary>
    /// <param name="top">Its top.</param>
    /// <param name="potentials">The potentials.</param>
    /// <param name="shift">What they rise by.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Shift<R, T, U>(int top, T* potentials, T shift)
        where R : struct, ISimd<T, U>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where U : struct
    {
        if (_children[top] == 0)
        {
            potentials[top] += shift;
            return;
        }

        uint* set = (uint*)SetOf(top);
        int nodes = FirstRow + Rows;
        U zero = R.Broadcast(T.Zero);
        U shifts = R.Broadcast(shift);
        for (int node = 0; node < nodes; node += R.Count)
        {
            U shifted = R.SelectBits(set[node >> 5] >> (node & 31), shifts, zero);
            R.Store(potentials + node, R.Add(R.Load(potentials + node), shifted));
        }
    }

    /// <summary>Puts a node that none hang under into the sets of those above it then, and takes it out of those above it now.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void MoveLeaf(int* nodes, int length, int* otherNodes, int otherLength, long mass)
    {
        uint** sets = (uint**)_sets;
        long* flow = Flow;
        int leaf = nodes[0];
        int word = leaf >> 5;
        uint bit = 1u << (leaf & 31);
        long gain = -mass;
        for (int k = 0; k < otherLength; k++, gain = -gain)
        {
            int node = otherNodes[k];
            flow[node] += gain;
            sets[node][word] |= bit;
        }

        gain = mass;
        for (int k = 1; k < length; k++, gain = -gain)
        {
            int node = nodes[k];
            flow[node] += gain;
            sets[node][word] &= ~bit;
        }
    }

    /// <summary>The same of a subtree, whose top comes to lie below the lower end of the edge that comes in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void MoveSubtree<S, V>(TreePath side, TreePath otherSide, long mass)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        // Fields are read once into locals: behind stores through pointers the compiler would read them again.
        int stride = _stride;
        float** sets = (float**)_sets;
        float* moved = _moved;
        int* nodes = side.Nodes;
        long* flow = Flow;
        int* parent = Parent;
        double* costs = Cost;
        Copy<S, V>(sets[nodes[side.Stem - 1]], moved);
        long gain = -mass;
        for (int k = 0; k < otherSide.Length; k++, gain = -gain)
        {
            int node = otherSide.Nodes[k];
            float* set = sets[node];
            flow[node] += gain;
            for (int word = 0; word < stride; word += S.Count)
            {
                S.Store(set + word, S.Or(S.Load(set + word), S.Load(moved + word)));
            }
        }

        // From above down, as each node gets what the one below it has still.
        int at = side.Length - 1;
        gain = (at & 1) == 0 ? -mass : mass;
        for (; at >= side.Stem; at--, gain = -gain)
        {
            int node = nodes[at];
            float* set = sets[node];
            flow[node] += gain;
            for (int word = 0; word < stride; word += S.Count)
            {
                S.Store(set + word, S.Without(S.Load(set + word), S.Load(moved + word)));
            }
        }

        if (at == 0)
        {
            return;
        }

        // Parents become children: below each is all but what was below the one that it hangs under now, and its edge was that one's.
        int top = nodes[at];
        gain = -gain;
        for (; at > 0; at--, gain = -gain)
        {
            int node = nodes[at];
            int above = nodes[at - 1];
            float* set = sets[node];
            float* old = sets[above];
            flow[node] = flow[above] + gain;
            costs[node] = costs[above];
            parent[node] = above;
            for (int word = 0; word < stride; word += S.Count)
            {
                S.Store(set + word, S.Without(S.Load(moved + word), S.Load(old + word)));
            }
        }

        int hook = nodes[0];
        if (_children[hook] == 0)
        {
            ((uint*)sets[nodes[1]])[hook >> 5] &= ~(1u << (hook & 31));
        }

        Leave(top);
        Join(hook);
        Copy<S, V>(moved, sets[hook]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Include(int node, float* set) => ((uint*)set)[node >> 5] |= 1u << (node & 31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Copy<S, V>(float* from, float* to)
        where S : struct, ISimd<float, V>
        where V : struct
    {
        for (int word = 0; word < _stride; word += S.Count)
        {
            S.Store(to + word, S.Load(from + word));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float* SetOf(int node) => (float*)_sets[node];

    /// <summary>Counts one more under a node; to the first one it owes a set, of itself so far.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Join(int node)
    {
        if (!_allHaveSets && _children[node]++ == 0)
        {
            Begin(node);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Begin(int node)
    {
        _sets[node] = _free[(*_free)--];
        new Span<float>(SetOf(node), _stride).Clear();
        Include(node, SetOf(node));
    }

    /// <summary>Counts one less under a node, and takes its set where there are none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Leave(int node)
    {
        if (!_allHaveSets && --_children[node] == 0)
        {
            _free[++*_free] = _sets[node];
            _sets[node] = (nint)_none;
        }
    }
}
