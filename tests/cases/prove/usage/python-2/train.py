print 'loss'
